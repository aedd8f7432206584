package io.weir.gateway.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.gateway.config.AgentDialect;
import io.weir.gateway.fakes.Await;
import io.weir.gateway.fakes.FakeKubernetes;
import io.weir.gateway.fakes.Surroundings;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Machines that DNS (apps {@code by-a} and {@code by-srv}) and Kubernetes (app {@code by-k8s}) name. */
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class DiscoveryTest {
    @SuppressWarnings("NullAway.Init") // set by Surroundings before each test
    Surroundings.World world;

    @Inject
    Fleet fleet;

    @AfterEach
    void leaveNothing() {
        world.names().addresses();
        world.names().noService();
        world.kubernetes().items();
        world.kubernetes().endWatches();
        Await.until(
                "nothing is left",
                () -> machines("by-a").isEmpty()
                        && machines("by-srv").isEmpty()
                        && machines("by-k8s").isEmpty());
    }

    @Test
    void followsTheAddressesOfAName() {
        world.names().addresses("127.0.0.3", "127.0.0.2");
        awaitMachines("by-a", "http://127.0.0.2:7001", "http://127.0.0.3:7001");
        world.names().addresses("127.0.0.2");
        awaitMachines("by-a", "http://127.0.0.2:7001");
        assertThat(machines("by-a").getFirst().spec().secret())
                .contains(new SecretReference(SecretReference.Kind.CONFIG, "well"));
        assertThat(machines("by-a").getFirst().spec().capacity()).isEqualTo(9);
        assertThat(machines("by-a").getFirst().spec().dialect()).contains(AgentDialect.ANTHROPIC);
        assertThat(machines("by-a").getFirst().spec().labels()).isEqualTo(Map.of("zone", "fra"));
    }

    @Test
    void followsServiceRecords() {
        world.names().service("m1.agents.example", 7002);
        awaitMachines("by-srv", "https://m1.agents.example:7002");
        assertThat(machines("by-srv").getFirst().id().id()).isEqualTo("m1.agents.example-7002");
        assertThat(machines("by-srv").getFirst().spec().dialect())
                .as("their agents' own")
                .isEmpty();
    }

    @Test
    void keepsMachinesWhileTheNameServerIsSilent() {
        world.names().addresses("127.0.0.4");
        awaitMachines("by-a", "http://127.0.0.4:7001");
        Machine before = machines("by-a").getFirst();
        world.names().silent(true);
        world.names().addresses("127.0.0.5");
        assertThat(machines("by-a")).containsExactly(before);
        world.names().silent(false);
        awaitMachines("by-a", "http://127.0.0.5:7001");
    }

    @Test
    void followsEndpointSlices() {
        FakeKubernetes kubernetes = world.kubernetes();
        kubernetes.items(FakeKubernetes.slice("s1", 7003, "pod-a=127.0.0.2", "!pod-b=127.0.0.3"));
        kubernetes.awaitWatch();
        kubernetes.endWatches();
        awaitMachines("by-k8s", "http://127.0.0.2:7003");
        assertThat(machines("by-k8s").getFirst().id().id()).isEqualTo("pod-a");

        kubernetes.awaitWatch();
        kubernetes.event("ADDED", FakeKubernetes.slice("s2", 7003, "pod-c=127.0.0.4"));
        awaitMachines("by-k8s", "http://127.0.0.2:7003", "http://127.0.0.4:7003");
        kubernetes.event("MODIFIED", FakeKubernetes.slice("s1", 7003, "pod-a=127.0.0.2", "pod-b=127.0.0.3"));
        awaitMachines("by-k8s", "http://127.0.0.2:7003", "http://127.0.0.3:7003", "http://127.0.0.4:7003");
        kubernetes.event("BOOKMARK", "{}");
        kubernetes.event("DELETED", FakeKubernetes.slice("s1", 7003));
        awaitMachines("by-k8s", "http://127.0.0.4:7003");
    }

    @Test
    void takesWhatAServicesAnnotationsSayOfItsMachinesBeforeTheConfiguration() {
        FakeKubernetes kubernetes = world.kubernetes();
        kubernetes.awaitWatch();
        kubernetes.event("ADDED", FakeKubernetes.slice("s1", 7003, "pod-a=127.0.0.2"));
        awaitMachines("by-k8s", "http://127.0.0.2:7003");
        MachineSpec configured = machines("by-k8s").getFirst().spec();
        assertThat(configured.dialect()).contains(AgentDialect.TOKEN);
        assertThat(configured.labels()).isEqualTo(Map.of("zone", "fra"));
        assertThat(configured.capacity()).isZero();

        String annotations = "\"weir.dev/dialect\":\"ndjson\",\"weir.dev/capacity\":\"7\","
                + "\"weir.dev/label.account\":\"alice\",\"other.dev/dialect\":\"chunk\"";
        kubernetes.event(
                "MODIFIED", FakeKubernetes.annotated(FakeKubernetes.slice("s1", 7003, "pod-a=127.0.0.2"), annotations));
        Await.until(
                "annotated",
                () -> machines("by-k8s").getFirst().spec().dialect().equals(Optional.of(AgentDialect.NDJSON)));
        MachineSpec annotated = machines("by-k8s").getFirst().spec();
        assertThat(annotated.capacity()).isEqualTo(7);
        assertThat(annotated.labels()).isEqualTo(Map.of("zone", "fra", "account", "alice"));

        String unsound = "\"weir.dev/dialect\":\"latin\",\"weir.dev/capacity\":\"many\"";
        kubernetes.event(
                "MODIFIED", FakeKubernetes.annotated(FakeKubernetes.slice("s1", 7003, "pod-a=127.0.0.2"), unsound));
        Await.until("passed over", () -> machines("by-k8s").getFirst().spec().equals(configured));
    }

    @Test
    void listsAgainAfterAnErrorOnTheWatchAndAnOutage() {
        FakeKubernetes kubernetes = world.kubernetes();
        kubernetes.awaitWatch();
        kubernetes.items(FakeKubernetes.slice("s9", 7003, "pod-z=127.0.0.9"));
        kubernetes.event("ERROR", "{\"code\":410}");
        awaitMachines("by-k8s", "http://127.0.0.9:7003");
        kubernetes.awaitWatch();
        kubernetes.down();
        kubernetes.items(FakeKubernetes.slice("s9", 7003, "pod-y=127.0.0.8"));
        assertThat(addresses("by-k8s")).containsExactly("http://127.0.0.9:7003");
        kubernetes.up();
        awaitMachines("by-k8s", "http://127.0.0.8:7003");
    }

    private void awaitMachines(String app, String... addresses) {
        Await.until(app + " " + List.of(addresses), () -> addresses(app).equals(List.of(addresses)));
    }

    private List<String> addresses(String app) {
        return machines(app).stream().map(m -> m.address().toString()).sorted().toList();
    }

    private List<Machine> machines(String app) {
        return fleet.machines().stream().filter(m -> m.id().app().equals(app)).toList();
    }
}

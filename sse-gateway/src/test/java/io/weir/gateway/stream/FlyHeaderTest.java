package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.weir.contracts.stream.EndReason;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.fakes.Outside;
import io.weir.gateway.fakes.Surroundings;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Machines that are dialled at their app's address, by name; probes go the same way. */
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
@TestProfile(FlyHeaderTest.ByName.class)
class FlyHeaderTest extends OneStream {
    @Inject
    GatewayConfig config;

    /** A gateway that dials apps. */
    public static final class ByName implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("weir.gateway.routing", "fly-header");
        }
    }

    /** Before the machines are waited for: they are probed through the proxy. */
    @Override
    @BeforeEach
    void beginAtRest() {
        world.fly().inFrontOf(streams);
        world.fly().knows("demo", "a", world.agent().address());
        world.fly().knows("twins", "b", world.agent().address());
        world.fly().knows("twins", "c", world.second().address());
        super.beginAtRest();
    }

    @Test
    void dialsTheAppAndNamesTheMachine() {
        assertThat(gateway.open(stream, "demo").awaitEnd().text()).isEqualTo("hello");

        var asked = world.agent().asked().getFirst();
        assertThat(asked.headers().get("fly-force-instance-id")).isEqualTo("a");
        assertThat(asked.path()).isEqualTo("/v1/responses");
        assertThat(asked.headers().get("Authorization")).isEqualTo("Bearer " + Surroundings.MACHINE_SECRET);
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
    }

    @Test
    void showsTheMachinesSecretToTheMachineAlone() throws IOException {
        try (var outside = new Outside(world, Surroundings.MACHINE_SECRET)) {
            world.agent()
                    .script(talk -> talk.refuse(500, "{\"error\":\"Bearer " + Surroundings.MACHINE_SECRET + "\"}"));
            outside.note("refused", gateway.open(stream, "demo").awaitEnd().raw());
            assertThat(world.agent().asked().getFirst().headers().get("Authorization"))
                    .isEqualTo("Bearer " + Surroundings.MACHINE_SECRET);
            outside.stream("refused", stream);
            outside.everywhere(gateway, config.journal());
            assertThat(outside.text()).contains("agent machine gave up");
        }
    }
}

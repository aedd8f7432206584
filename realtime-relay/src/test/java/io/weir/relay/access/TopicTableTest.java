package io.weir.relay.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.TenantId;
import io.weir.relay.access.TopicAccess.Denied;
import io.weir.relay.access.TopicAccess.Granted;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who may do what on which name. */
class TopicTableTest {
    private static final TenantId TENANT = new TenantId("default");
    private static final Viewer ADA = viewer("ada", Set.of("user"), Set.of("w1"), Set.of());

    private final TopicTable table = new TopicTable(() -> Map.of(
            "session", row("session:{session}", Rule.OWNER, Rule.NONE, Rule.OWNER),
            "channel", row("workspace:{workspace}:channel:{channel}", Rule.MEMBER, Rule.MEMBER, Rule.MEMBER),
            "camera", row("camera:{camera}", Rule.CAMERA, Rule.CAMERA, Rule.NONE),
            "process", row("camera:{camera}:process", Rule.WORKER, Rule.NONE, Rule.NONE),
            "account", row("account:{account}", Rule.ACCOUNT, Rule.NONE, Rule.NONE)));

    @Test
    void givesEachAccountASessionOfItsOwn() {
        // When
        var ada = table.access(ADA, "session:x", true);
        var eve = table.access(viewer("eve", Set.of(), Set.of(), Set.of()), "session:x", true);
        // Then
        assertThat(ada)
                .isEqualTo(new Granted(new TopicKey.Owned(TENANT, new AccountId("ada"), "session:x"), false, true));
        assertThat(eve).isNotEqualTo(ada).isInstanceOf(Granted.class);
        assertThat(table.keyOf(TENANT, new AccountId("ada"), "session:x")).isEqualTo(((Granted) ada).key());
    }

    @Test
    void decidesByTheRowWhetherJoinedPrivatelyOrNot() {
        assertThat(table.access(ADA, "workspace:w1:channel:c", false)).isInstanceOf(Granted.class);
        assertThat(table.access(ADA, "workspace:w1:channel:c:d", true)).isInstanceOf(Granted.class);
        assertThat(table.access(ADA, "workspace:w2:channel:c", false)).isInstanceOf(Denied.class);
        assertThat(table.access(ADA, "account:ada", true)).isInstanceOf(Granted.class);
        assertThat(table.access(ADA, "account:eve", false)).isInstanceOf(Denied.class);
    }

    @Test
    void takesTheMostSpecificRow() {
        // Given
        var worker = viewer("bob", Set.of("worker"), Set.of(), Set.of());
        var camera = viewer("cam", Set.of("camera"), Set.of(), Set.of("c1"));
        // Then
        assertThat(table.access(worker, "camera:c1:process", true)).isInstanceOf(Granted.class);
        assertThat(table.access(worker, "camera:c1", true)).isInstanceOf(Denied.class);
        assertThat(table.access(camera, "camera:c1", true)).isInstanceOf(Granted.class);
        assertThat(table.access(camera, "camera:c2", true)).isInstanceOf(Denied.class);
        assertThat(table.access(camera, "camera:c1:process", true)).isInstanceOf(Denied.class);
    }

    @Test
    void opensFreeNamesOnlyAsPublicTopics() {
        assertThat(table.access(ADA, "room:1", true)).isInstanceOf(Denied.class);
        assertThat(table.access(ADA, "room:1", false))
                .isEqualTo(new Granted(new TopicKey.Free(TENANT, "room:1"), true, true));
    }

    private static Viewer viewer(String account, Set<String> roles, Set<String> workspaces, Set<String> cameras) {
        return new Viewer(TENANT, new AccountId(account), roles, workspaces, cameras, Set.of(), Instant.MAX);
    }

    private static TopicConfig.Row row(String pattern, Rule read, Rule write, Rule control) {
        return new TopicConfig.Row() {
            @Override
            public String pattern() {
                return pattern;
            }

            @Override
            public String vocabulary() {
                return "session";
            }

            @Override
            public List<Rule> read() {
                return List.of(read);
            }

            @Override
            public List<Rule> write() {
                return List.of(write);
            }

            @Override
            public List<Rule> control() {
                return List.of(control);
            }
        };
    }
}

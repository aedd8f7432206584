package io.weir.relay.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters as clients write them. */
class FilterTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectNode ROW = JSON.createObjectNode()
            .put("seq", 12)
            .put("id", "6fa459ea-ee8a-3ca4-894e-db77e160355e")
            .put("session", "a, \"b\"")
            .put("role", "user")
            .put("created_at", "2026-11-28T01:00:00.5+00:00")
            .putNull("workspace_id");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "seq=eq.12",
                "seq=neq.13",
                "seq=lt.100",
                "seq=lte.12",
                "seq=gt.9",
                "seq=gte.12",
                "seq=in.(1,12)",
                "seq=not.in.(1,2)",
                "seq=gt.0,seq=lt.100",
                "role=eq.user,seq=not.eq.13",
                "role=in.(user,\"x,y\")",
                "session=eq.\"a, \\\"b\\\"\"",
                "id=eq.6FA459EA-EE8A-3CA4-894E-DB77E160355E",
                "created_at=gt.2026-11-28T00:59:59Z",
                "created_at=lt.2026-11-28 03:00:01+02:00",
                "workspace_id=is.null",
                "role=not.is.null",
                "workspace_id=isdistinct.w1",
                "workspace_id=not.isdistinct.null",
                "channel_id=is.null"
            })
    void matches(String filter) throws Filter.Refused {
        assertThat(Filter.of(filter).matches(ROW)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "seq=eq.13",
                "seq=neq.12",
                "seq=lt.12",
                "seq=gt.12",
                "seq=in.(1,2)",
                "seq=not.in.(12)",
                "seq=gt.0,seq=lt.10",
                "role=eq.User",
                "workspace_id=eq.w1",
                "workspace_id=neq.w1",
                "workspace_id=not.eq.w1",
                "workspace_id=in.(w1)",
                "workspace_id=not.is.null",
                "role=isdistinct.user",
                "created_at=gt.2026-11-28T01:00:01Z"
            })
    void doesNotMatch(String filter) throws Filter.Refused {
        assertThat(Filter.of(filter).matches(ROW)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "seq",
                "seq=12",
                "=eq.1",
                "tenant=eq.default",
                "terminal=is.null",
                "seq=eq.twelve",
                "seq=like.1%",
                "content=match.(a+)+",
                "seq=in.1,2",
                "seq=in.()",
                "seq=in.(1,2",
                "role=eq.\"user",
                "id=eq.12",
                "created_at=gt.yesterday",
                "role=is.true",
                "seq=not.eq",
                "seq=eq.1,,seq=eq.2"
            })
    void refuses(String filter) {
        assertThatThrownBy(() -> Filter.of(filter)).isInstanceOf(Filter.Refused.class);
    }

    @Test
    void boundsListsAndConditions() throws Filter.Refused {
        assertThat(Filter.of("seq=in.(" + "12,".repeat(99) + "12)").matches(ROW))
                .isTrue();
        assertThatThrownBy(() -> Filter.of("seq=in.(" + "12,".repeat(100) + "12)"))
                .hasMessageContaining("100");
        assertThat(Filter.of("seq=eq.12,".repeat(9) + "seq=eq.12").matches(ROW)).isTrue();
        assertThatThrownBy(() -> Filter.of("seq=eq.12,".repeat(10) + "seq=eq.12"))
                .hasMessageContaining("10");
    }
}

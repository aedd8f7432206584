package io.weir.edge.relayproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;

final class HeadersTest {
    private static MultiMap headers(String... pairs) {
        var headers = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < pairs.length; i += 2) {
            headers.add(pairs[i], pairs[i + 1]);
        }
        return headers;
    }

    @Test
    void passesWhatIsMeantForTheRelayAndNothingOfOurs() {
        MultiMap passed = Headers.forward(
                headers(
                        "apikey", "k",
                        "Sec-WebSocket-Key", "x",
                        "Cookie", "q_session=s",
                        "Weir-Account", "mallory",
                        "Weir-Ticket", "t",
                        "Connection", "keep-alive, X-Mine",
                        "X-Mine", "1",
                        "Transfer-Encoding", "chunked"),
                false);
        assertThat(passed.names()).containsExactlyInAnyOrder("apikey", "Sec-WebSocket-Key");
    }

    @Test
    void asksForTheUpgradeItself() {
        MultiMap passed = Headers.forward(headers("Connection", "Upgrade", "Upgrade", "websocket"), true);
        assertThat(passed.get("connection")).isEqualTo("Upgrade");
        assertThat(passed.get("upgrade")).isEqualTo("websocket");
    }

    @Test
    void setsNoCookiesOnItsWayBack() {
        MultiMap passed = Headers.backward(headers("Set-Cookie", "a=b", "Content-Type", "text/plain"));
        assertThat(passed.names()).containsExactly("Content-Type");
    }
}

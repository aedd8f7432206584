package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.weir.edge.fake.FakeStack;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A named proxy may say where requests come from, nobody else may. */
@QuarkusTest
@QuarkusTestResource(FakeStack.class)
@TestProfile(BehindProxyTest.Named.class)
final class BehindProxyTest {
    private static final String PROXY = "127.0.0.1";
    private static final String STRANGER = "127.0.0.2";

    @TestHTTPResource("/")
    URI edge;

    /** As {@code docs/edge-api.md} has it, with one start a second. */
    public static class Named implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            var config = new HashMap<>(Callings.TIGHT);
            config.put("quarkus.http.proxy.proxy-address-forwarding", "true");
            config.put("quarkus.http.proxy.allow-x-forwarded", "true");
            config.put("quarkus.http.proxy.trusted-proxies", PROXY);
            return config;
        }
    }

    @Test
    void countsForTheAddressThatTheProxySays() throws Exception {
        var proxy = new Callings(edge, PROXY);
        assertThat(proxy.letIn(20, n -> "203.0.113." + n)).isEqualTo(20);
        assertThat(proxy.letIn(20, _ -> "198.51.100.7")).isBetween(1, 19);
        // One household of IPv6 is one address, two are two.
        assertThat(proxy.letIn(20, n -> "2001:db8:1:1::" + n)).isBetween(1, 19);
        assertThat(proxy.letIn(20, n -> "2001:db8:2:" + n + "::1")).isEqualTo(20);
    }

    @Test
    void believesNobodyElse() throws Exception {
        assertThat(new Callings(edge, STRANGER).letIn(20, n -> "192.0.2." + n)).isLessThan(20);
    }
}

package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.weir.edge.fake.FakeStack;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Nobody was named as a proxy: whatever a request says of where it comes from, it counts for its peer. */
@QuarkusTest
@QuarkusTestResource(FakeStack.class)
@TestProfile(SpokenForTest.Tight.class)
final class SpokenForTest {
    @TestHTTPResource("/")
    URI edge;

    /** One start a second. */
    public static class Tight implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Callings.TIGHT;
        }
    }

    @Test
    void countsForThePeerWhateverIsSaid() throws Exception {
        var callings = new Callings(edge, "127.0.0.1");
        assertThat(callings.letIn(20, n -> "203.0.113." + n)).isLessThan(20);
    }
}

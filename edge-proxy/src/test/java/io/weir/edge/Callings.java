package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.function.IntFunction;

/** Questions by nobody in particular, from one address of this machine: the address' bucket stands before the sign-in. */
final class Callings {
    /** Configuration with one start a second and address, and no more at once. */
    static final Map<String, String> TIGHT = Map.of(
            "weir.edge.admission.burst-per-address", "1",
            "weir.edge.admission.starts-per-second-per-address", "1");

    private final URI edge;
    private final HttpClient client;

    Callings(URI edge, String peer) throws Exception {
        this.edge = edge;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .localAddress(InetAddress.getByName(peer))
                .build();
    }

    /** How many of these are let as far as the sign-in, each said to come from the address that its number stands for. */
    int letIn(int count, IntFunction<String> forwardedFor) throws Exception {
        int let = 0;
        for (int n = 1; n <= count; n++) {
            var request = HttpRequest.newBuilder(edge.resolve("/api/chat/stream"))
                    .timeout(Duration.ofSeconds(20))
                    .header("Content-Type", "application/json")
                    .header("X-Forwarded-For", forwardedFor.apply(n))
                    .POST(BodyPublishers.ofString("{}"))
                    .build();
            int status = client.send(request, BodyHandlers.discarding()).statusCode();
            assertThat(status).isIn(401, 429);
            let += status == 401 ? 1 : 0;
        }
        return let;
    }
}

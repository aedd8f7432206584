package io.weir.local.stack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks one part whether it is ready. */
final class HealthProbe {
    private final HttpClient http;
    private final HttpRequest request;
    private String lastAnswer = "never asked";

    HealthProbe(HttpClient http, String url) {
        this.http = http;
        this.request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(3))
                .build();
    }

    boolean isUp() throws InterruptedException {
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            lastAnswer = request.uri() + " answers " + response.statusCode() + " " + response.body();
            return response.statusCode() == 200;
        } catch (IOException e) {
            lastAnswer = request.uri() + " does not answer: " + e;
            return false;
        }
    }

    String lastAnswer() {
        return lastAnswer;
    }
}

package io.weir.local.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Gets bearer tokens from the local issuer, without a browser. */
public final class IssuerClient {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final String issuer;

    /** For the issuer at that address. */
    public IssuerClient(HttpClient http, String issuer) {
        this.http = http;
        this.issuer = issuer;
    }

    /** A token of the usual lifetime. */
    public String token(String user) throws IOException, InterruptedException {
        return request("grant_type=password&client_id=weir-console&scope=openid&password=none&username="
                + URLEncoder.encode(user, StandardCharsets.UTF_8));
    }

    /** A token of another lifetime; a negative one has expired already. */
    public String token(String user, Duration lifetime) throws IOException, InterruptedException {
        return request("grant_type=password&client_id=weir-console&scope=openid&password=none&username="
                + URLEncoder.encode(user, StandardCharsets.UTF_8) + "&lifetime=" + lifetime.toSeconds());
    }

    /** A token of one of the services, with all its scopes. */
    public String serviceToken(String client, String secret) throws IOException, InterruptedException {
        return request("grant_type=client_credentials&client_id=" + client + "&client_secret=" + secret);
    }

    private String request(String form) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(issuer + "/token"))
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("the issuer answered " + response.statusCode() + ": " + response.body());
        }
        return JSON.readTree(response.body()).path("access_token").asText();
    }
}

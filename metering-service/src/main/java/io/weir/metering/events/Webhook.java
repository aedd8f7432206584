package io.weir.metering.events;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Posts one message, signed: {@code Weir-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of t.body>}. */
@ApplicationScoped
class Webhook {
    private static final String ALGORITHM = "HmacSHA256";

    private final HttpClient client;
    private final EventsSettings settings;
    private final InstantSource clock = InstantSource.system();

    Webhook(Vertx vertx, EventsSettings settings) {
        this.settings = settings;
        int timeout = Math.toIntExact(settings.timeout().toMillis());
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(timeout).setKeepAliveTimeout(30),
                new PoolOptions().setHttp1MaxSize(settings.atOnce()).setMaxWaitQueueSize(settings.batch()));
    }

    /** True if the receiver took it: any 2xx in time. Never fails. */
    Uni<Boolean> post(URI target, String secret, Message message) {
        var options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(target.toString())
                .setTimeout(settings.timeout().toMillis())
                .putHeader("Content-Type", "application/cloudevents+json; charset=utf-8")
                .putHeader("Weir-Signature", signature(secret, message.body()));
        var taken = client.request(options)
                .compose(request -> request.send(message.body()))
                .compose(response -> response.body().map(_ -> response.statusCode() / 100 == 2));
        return Uni.createFrom()
                .completionStage(taken.toCompletionStage())
                .onFailure()
                .recoverWithItem(false);
    }

    private String signature(String secret, String body) {
        long seconds = clock.instant().getEpochSecond();
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            byte[] code = mac.doFinal((seconds + "." + body).getBytes(StandardCharsets.UTF_8));
            return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(code);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

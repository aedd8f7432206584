package io.weir.relay.phoenix;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/**
 * No frame of any WebSocket is compressed: the older, per-frame extensions are off too, which no property reaches. So a
 * frame has the length that it takes in memory, and one that claims to be compressed is a violation of the protocol.
 */
@Singleton
class PlainFrames implements HttpServerOptionsCustomizer {
    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setPerFrameWebSocketCompressionSupported(false);
    }
}

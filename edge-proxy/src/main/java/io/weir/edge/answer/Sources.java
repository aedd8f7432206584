package io.weir.edge.answer;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.HeaderText;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.edge.identity.Caller;
import io.weir.edge.ticket.TicketSigner;
import io.weir.edge.wire.ServiceCalls;
import io.weir.edge.wire.ServiceCalls.Request;
import io.weir.edge.wire.WireConfig;
import io.weir.streams.sse.EventStream;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;

/** The two places that canonical events come from. */
@Singleton
final class Sources {
    private final ServiceCalls calls;
    private final TicketSigner tickets;
    private final URI gateway;
    private final URI relay;
    private final int maxEventBytes;
    private final Duration silence;

    Sources(ServiceCalls calls, TicketSigner tickets, WireConfig config) {
        this.calls = calls;
        this.tickets = tickets;
        this.gateway = config.gatewayUrl();
        this.relay = config.relayUrl();
        this.maxEventBytes = config.wire().maxEventBytes();
        this.silence = config.wire().silence();
    }

    /** Opens the stream at the gateway. */
    Future<HttpClientResponse> gateway(TicketClaims claims, byte[] body) {
        return calls.open(Request.post(gateway.resolve("/v1/streams"), body)
                .with(TicketClaims.HEADER, tickets.sign(claims))
                .with("Accept", EventStream.MEDIA_TYPE));
    }

    /** Reads the stream's log behind an offset, on the caller's behalf. */
    Future<HttpClientResponse> log(StreamId stream, Caller caller, long after) {
        return calls.open(Request.of(HttpMethod.GET, relay.resolve("/v1/streams/" + stream + "/events?after=" + after))
                .with(TenantId.HEADER, HeaderText.encode(caller.tenant().value()))
                .with(AccountId.HEADER, HeaderText.encode(caller.account().value()))
                .with("Accept", EventStream.MEDIA_TYPE));
    }

    /** True for a response that carries events. */
    static boolean isStream(HttpClientResponse response) {
        String type = response.getHeader("Content-Type");
        return response.statusCode() == 200 && type != null && EventStream.isContentType(type);
    }

    /** How long a source may say nothing; both send comments meanwhile. */
    Duration silence() {
        return silence;
    }

    /** Largest unfinished event, in bytes. */
    int maxEventBytes() {
        return maxEventBytes;
    }
}

package io.weir.edge.handoff;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.edge.answer.Presentation;
import io.weir.edge.handoff.DeliveryConfig.Delivery;
import io.weir.edge.holds.Holds;
import io.weir.edge.ticket.TicketConfig;
import io.weir.edge.ticket.TicketSigner;
import io.weir.edge.wire.WireConfig;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Locale;

/**
 * Answers a question for which credits are held with the address of the gateway that will answer it: 307, so that the caller
 * sends the same body there, or 200 with the address for callers that follow it themselves ({@code Prefer: handoff}). The
 * address has the ticket in it, and is good for one stream, once, as long as the ticket lives.
 */
@Singleton
public final class Handoff {
    private static final int TEMPORARY_REDIRECT = 307;
    private static final String PREFERENCE = "handoff";

    private final TicketSigner tickets;
    private final Holds holds;
    private final boolean on;
    private final URI streams;
    private final int lifeSeconds;

    Handoff(DeliveryConfig config, WireConfig wire, TicketConfig ticket, TicketSigner tickets, Holds holds) {
        this.tickets = tickets;
        this.holds = holds;
        this.on = config.delivery() == Delivery.HANDOFF;
        this.streams = config.handoff().gatewayUrl().orElse(wire.gatewayUrl()).resolve("/v1/streams");
        this.lifeSeconds = Math.toIntExact(ticket.life().toSeconds());
    }

    /** True for answers that the gateway can give by itself: events, not whole answers. */
    public boolean takes(Presentation presentation) {
        return on && presentation.extent() != Presentation.Extent.WHOLE;
    }

    /** How long a hold has to wait for its caller to arrive at the gateway. */
    public int lifeSeconds() {
        return lifeSeconds;
    }

    /**
     * Sends the caller to the gateway.
     *
     * @param claims for the body that the caller has sent, and will send again
     */
    public void send(RoutingContext context, TicketClaims claims) {
        HttpServerResponse response = context.response();
        if (response.closed()) {
            holds.release(claims.stream());
            return;
        }
        String target = target(context.request(), claims);
        response.putHeader("Cache-Control", "no-store")
                .putHeader(StreamId.HEADER, claims.stream().toString());
        if (prefersAddress(context.request())) {
            response.putHeader("Content-Type", "application/json")
                    .putHeader("Preference-Applied", PREFERENCE)
                    .end("{\"url\":\"" + target + "\",\"streamId\":\"" + claims.stream() + "\"}");
        } else {
            response.setStatusCode(TEMPORARY_REDIRECT)
                    .putHeader("Location", target)
                    .end();
        }
    }

    private String target(HttpServerRequest request, TicketClaims claims) {
        String address = streams + "?" + TicketClaims.PARAMETER + "=" + tickets.sign(claims);
        return "true".equals(request.getParam("usage")) ? address + "&usage=true" : address;
    }

    private static boolean prefersAddress(HttpServerRequest request) {
        String prefer = request.getHeader("Prefer");
        if (prefer == null) {
            return false;
        }
        for (String preference : prefer.split(",", -1)) {
            if (preference.strip().toLowerCase(Locale.ROOT).equals(PREFERENCE)) {
                return true;
            }
        }
        return false;
    }
}

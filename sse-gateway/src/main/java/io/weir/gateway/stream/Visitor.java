package io.weir.gateway.stream;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.gateway.handoff.Handoff;
import io.weir.gateway.handoff.View;

/**
 * Who comes with a ticket: an edge, or a caller that an edge has sent here.
 *
 * @param request the request
 * @param ticket what the ticket says
 * @param handedOff true: the caller itself, which wants its own dialect
 * @param view how it is shown the stream
 * @param problems for refusals
 */
record Visitor(HttpServerRequest request, TicketClaims ticket, boolean handedOff, View view, Problems problems) {
    /** An edge, which renders for its caller. */
    static Visitor edge(HttpServerRequest request, TicketClaims ticket, Problems problems) {
        return new Visitor(request, ticket, false, View.canonical(ticket.agent().value()), problems);
    }

    HttpServerResponse response() {
        return request.response();
    }

    /** Ends the response with a problem, in the words of the caller's endpoint. */
    void refuse(ProblemType type, String detail) {
        if (handedOff) {
            problems.send(request, type, detail, Handoff.error(ticket, type, detail));
        } else {
            problems.send(request, type, detail);
        }
    }

    /** The same one, once its body has said more. */
    Visitor seeing(View other) {
        return new Visitor(request, ticket, handedOff, other, problems);
    }

    /** The same one, whose status need not wait. */
    Visitor atOnce() {
        return seeing(new View(view.dialect(), view.framing(), view.model(), view.usageChunk(), view.usage(), true));
    }
}

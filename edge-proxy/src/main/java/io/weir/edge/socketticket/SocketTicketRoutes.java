package io.weir.edge.socketticket;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.keys.KeyScope;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.admission.Admission;
import io.weir.edge.identity.Callers;
import io.weir.edge.problems.ProblemWriter;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** {@code /api/chat/ws/ticket}: where tickets are got, and where they are used up or given back. */
@Singleton
final class SocketTicketRoutes {
    private final Callers callers;
    private final Admission admission;
    private final SocketTickets tickets;
    private final ProblemWriter problems;

    SocketTicketRoutes(Callers callers, Admission admission, SocketTickets tickets, ProblemWriter problems) {
        this.callers = callers;
        this.admission = admission;
        this.tickets = tickets;
        this.problems = problems;
    }

    void routes(@Observes Router router) {
        router.post(SocketTickets.PATH).handler(this::issue);
        router.delete(SocketTickets.PATH).handler(this::use);
    }

    private void issue(RoutingContext context) {
        admission.knock(context.request());
        callers.require(context, KeyScope.CHAT)
                .map(tickets::issue)
                .onSuccess(ticket -> issued(context, ticket))
                .onFailure(failure -> problems.write(context, failure));
    }

    private void issued(RoutingContext context, String ticket) {
        context.response()
                .setStatusCode(201)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(new JsonObject()
                        .put("ticket", ticket)
                        .put("expiresIn", tickets.lifeSeconds())
                        .encode());
    }

    /** Whoever has the ticket may use it up: that is all that a ticket is good for. */
    private void use(RoutingContext context) {
        String ticket = context.request().getHeader(SocketTickets.HEADER);
        if (ticket == null) {
            problems.write(context, ProblemType.MALFORMED, "The header " + SocketTickets.HEADER + " is missing.");
        } else if (tickets.use(ticket)) {
            context.response().setStatusCode(204).end();
        } else {
            problems.write(context, ProblemType.NOT_FOUND, "No such ticket is unused here.");
        }
    }
}

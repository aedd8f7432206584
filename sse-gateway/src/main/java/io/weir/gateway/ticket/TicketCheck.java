package io.weir.gateway.ticket;

import io.weir.contracts.ticket.TicketClaims;

/** What became of a ticket. */
public sealed interface TicketCheck {
    /**
     * Signed by an edge, for us, in time.
     *
     * @param claims what it says
     */
    record Accepted(TicketClaims claims) implements TicketCheck {}

    /**
     * Not to be trusted.
     *
     * @param detail what to tell the caller; names nothing of the ticket
     */
    record Rejected(String detail) implements TicketCheck {}
}

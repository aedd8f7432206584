/** Tickets for the gateway. Entry point: {@link io.weir.edge.ticket.TicketSigner}. */
@NullMarked
package io.weir.edge.ticket;

import org.jspecify.annotations.NullMarked;

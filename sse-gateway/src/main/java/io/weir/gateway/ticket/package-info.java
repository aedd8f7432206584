/** Tickets of the edge. Entry point: {@link io.weir.gateway.ticket.TicketVerifier}. */
@NullMarked
package io.weir.gateway.ticket;

import org.jspecify.annotations.NullMarked;

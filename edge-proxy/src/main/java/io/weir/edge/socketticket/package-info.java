/**
 * One-time tickets for {@code /api/chat/ws}, for pages that can show neither a token nor the session cookie. Entry point:
 * {@link io.weir.edge.socketticket.SocketTickets}.
 */
@NullMarked
package io.weir.edge.socketticket;

import org.jspecify.annotations.NullMarked;

/** Conversations and their history, read from the relay. Entry point: {@link io.weir.edge.sessions.SessionsResource}. */
@NullMarked
package io.weir.edge.sessions;

import org.jspecify.annotations.NullMarked;

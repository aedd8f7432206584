/** The endpoints that start an answer. Entry point: {@link io.weir.edge.chat.ChatRoutes}. */
@NullMarked
package io.weir.edge.chat;

import org.jspecify.annotations.NullMarked;

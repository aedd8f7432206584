/** Sessions and messages in PostgreSQL. Entry points: {@link io.weir.relay.conversation.MessageWriter}, {@link io.weir.relay.conversation.MessageStore}. */
@NullMarked
package io.weir.relay.conversation;

import org.jspecify.annotations.NullMarked;

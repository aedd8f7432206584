/** Topics followed over plain HTTP, as SSE or NDJSON. Entry point: {@link io.weir.relay.following.TopicEventsRoute}. */
@NullMarked
package io.weir.relay.following;

import org.jspecify.annotations.NullMarked;

/**
 * Agent machines' HTTP: requests as they take them, answers normalised to canonical events. Entry point:
 * {@link io.weir.gateway.upstream.AgentCall}.
 */
@NullMarked
package io.weir.gateway.upstream;

import org.jspecify.annotations.NullMarked;

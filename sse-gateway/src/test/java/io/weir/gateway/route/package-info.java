/** What Fly's proxy is told. */
@NullMarked
package io.weir.gateway.route;

import org.jspecify.annotations.NullMarked;

/** Credits given to accounts. Entry point: {@link io.weir.metering.grants.GrantsResource}. */
@NullMarked
package io.weir.metering.grants;

import org.jspecify.annotations.NullMarked;

/** What accounts have used. Entry point: {@link io.weir.metering.usage.UsageResource}. */
@NullMarked
package io.weir.metering.usage;

import org.jspecify.annotations.NullMarked;

/** Configuration. Entry points: {@link io.weir.metering.settings.MeteringSettings}, {@link io.weir.metering.settings.Agents}. */
@NullMarked
package io.weir.metering.settings;

import org.jspecify.annotations.NullMarked;

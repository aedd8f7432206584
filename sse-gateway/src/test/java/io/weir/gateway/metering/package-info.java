@NullMarked
package io.weir.gateway.metering;

import org.jspecify.annotations.NullMarked;

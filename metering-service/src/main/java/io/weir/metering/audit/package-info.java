/** The bill that proves itself. Entry point: {@link io.weir.metering.audit.AuditResource}. */
@NullMarked
package io.weir.metering.audit;

import org.jspecify.annotations.NullMarked;

/** Whether a request is let in at all, before any credit is touched. Entry point: {@link io.weir.edge.admission.Admission}. */
@NullMarked
package io.weir.edge.admission;

import org.jspecify.annotations.NullMarked;

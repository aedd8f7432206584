/**
 * Who gets in and when: connections are let in at a bounded rate before anything dear is done for them, and go out over a
 * time when this process leaves. Entry point: {@link io.weir.relay.admission.Gate}.
 */
@NullMarked
package io.weir.relay.admission;

import org.jspecify.annotations.NullMarked;

/** Who calls: bearer tokens and the session cookie, sign-in and sign-out. Entry point: {@link io.weir.edge.identity.Callers}. */
@NullMarked
package io.weir.edge.identity;

import org.jspecify.annotations.NullMarked;

/** Tests of the running stack through its public seams: HTTP, a real browser, the unmodified npm clients, real kills. */
@NullMarked
package io.weir.e2e;

import org.jspecify.annotations.NullMarked;

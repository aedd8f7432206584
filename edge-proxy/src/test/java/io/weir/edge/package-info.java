/** The edge as its callers meet it: real HTTP, real signed tokens, fakes for the services behind. */
@NullMarked
package io.weir.edge;

import org.jspecify.annotations.NullMarked;

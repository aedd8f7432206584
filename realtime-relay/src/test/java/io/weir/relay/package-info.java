/** The relay from outside: real sockets, a real database, a gateway and a metering service made for the test. */
@NullMarked
package io.weir.relay;

import org.jspecify.annotations.NullMarked;

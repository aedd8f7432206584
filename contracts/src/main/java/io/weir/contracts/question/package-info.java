/** What callers ask, in the words of Responses: read by the edge, and by a gateway that a caller was handed off to. */
@NullMarked
package io.weir.contracts.question;

import org.jspecify.annotations.NullMarked;

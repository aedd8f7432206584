/**
 * The local OIDC issuer: mock-oauth2-server behind the JDK's HTTP server, with Weir's users, clients and login page. It
 * runs as a process of its own whose class path is {@code target/issuer/lib}. Entry point:
 * {@link io.weir.local.issuer.LocalIssuer}.
 */
@NullMarked
package io.weir.local.issuer;

import org.jspecify.annotations.NullMarked;

/**
 * The demo agent machine: a real HTTP server that behaves on the wire as OpenClaw does, with an answer made from the
 * question. Entry point: {@link io.weir.local.agent.DemoAgent}.
 */
@NullMarked
package io.weir.local.agent;

import org.jspecify.annotations.NullMarked;

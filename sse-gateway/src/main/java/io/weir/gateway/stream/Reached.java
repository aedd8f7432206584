package io.weir.gateway.stream;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * How far a stream has reached an account, as the relay says.
 *
 * @param account who
 * @param delivered last offset that was handed to one of the account's connections
 * @param read last offset that the account says it has read; 0 if it has not said so
 */
@RegisterForReflection
public record Reached(String account, long delivered, long read) {}

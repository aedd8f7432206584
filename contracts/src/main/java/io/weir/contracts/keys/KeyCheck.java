package io.weir.contracts.keys;

/**
 * Body of {@code POST /v1/keys/verify}. The key itself never leaves the service that it was sent to.
 *
 * @param sha256 lower-case hex SHA-256 of the key
 */
public record KeyCheck(String sha256) {}

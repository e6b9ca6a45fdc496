-- State of grains, read and written by the ADO.NET grain storage provider through the statements below. The key covers the
-- whole identity, so a second first writer is refused by the database.
CREATE TABLE grain_state (
    service_id text COLLATE "C" NOT NULL,
    grain_type text COLLATE "C" NOT NULL,
    key_text text COLLATE "C" NOT NULL,
    key_n0 bigint NOT NULL,
    key_n1 bigint NOT NULL,
    version integer NOT NULL,
    payload bytea,
    modified_at timestamptz NOT NULL,
    PRIMARY KEY (service_id, grain_type, key_text, key_n0, key_n1)
);

-- The provider finds its statements in this table; its name, the keys and the parameter names are the provider's.
CREATE TABLE IF NOT EXISTS OrleansQuery (
    QueryKey varchar(64) PRIMARY KEY,
    QueryText varchar(8000) NOT NULL
);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('ReadFromStorageKey', '
SELECT payload AS PayloadBinary, version AS Version
FROM grain_state
WHERE service_id = @ServiceId AND grain_type = @GrainTypeString AND key_text = coalesce(@GrainIdExtensionString, '''')
  AND key_n0 = @GrainIdN0 AND key_n1 = @GrainIdN1'),

-- The provider takes an unchanged version in the answer as a conflict.
('WriteToStorageKey', '
WITH created AS (
    INSERT INTO grain_state (service_id, grain_type, key_text, key_n0, key_n1, version, payload, modified_at)
    SELECT @ServiceId, @GrainTypeString, coalesce(@GrainIdExtensionString, ''''), @GrainIdN0, @GrainIdN1, 1, @PayloadBinary, now()
    WHERE @GrainStateVersion::integer IS NULL
    ON CONFLICT DO NOTHING
    RETURNING version
), replaced AS (
    UPDATE grain_state SET version = version + 1, payload = @PayloadBinary, modified_at = now()
    WHERE service_id = @ServiceId AND grain_type = @GrainTypeString AND key_text = coalesce(@GrainIdExtensionString, '''')
      AND key_n0 = @GrainIdN0 AND key_n1 = @GrainIdN1 AND version = @GrainStateVersion::integer
    RETURNING version
)
SELECT coalesce((SELECT version FROM created), (SELECT version FROM replaced), @GrainStateVersion::integer) AS NewGrainStateVersion'),

('ClearStorageKey', '
WITH cleared AS (
    UPDATE grain_state SET version = version + 1, payload = NULL, modified_at = now()
    WHERE service_id = @ServiceId AND grain_type = @GrainTypeString AND key_text = coalesce(@GrainIdExtensionString, '''')
      AND key_n0 = @GrainIdN0 AND key_n1 = @GrainIdN1 AND version = @GrainStateVersion::integer
    RETURNING version
)
SELECT coalesce((SELECT version FROM cleared), @GrainStateVersion::integer) AS NewGrainStateVersion'),

('DeleteStorageKey', '
WITH deleted AS (
    DELETE FROM grain_state
    WHERE service_id = @ServiceId AND grain_type = @GrainTypeString AND key_text = coalesce(@GrainIdExtensionString, '''')
      AND key_n0 = @GrainIdN0 AND key_n1 = @GrainIdN1 AND version = @GrainStateVersion::integer
    RETURNING version + 1 AS version
)
SELECT coalesce((SELECT version FROM deleted), @GrainStateVersion::integer) AS NewGrainStateVersion')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

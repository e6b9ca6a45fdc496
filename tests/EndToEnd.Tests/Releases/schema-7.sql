--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: attempt_costs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.attempt_costs (
    ended_at timestamp with time zone NOT NULL,
    seconds double precision NOT NULL,
    amount double precision NOT NULL,
    on_demand double precision NOT NULL,
    attempt integer NOT NULL,
    tenure smallint NOT NULL,
    task_id text NOT NULL COLLATE pg_catalog."C",
    node_id text NOT NULL COLLATE pg_catalog."C"
);


--
-- Name: cluster_members; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cluster_members (
    deployment_id text NOT NULL COLLATE pg_catalog."C",
    address text NOT NULL COLLATE pg_catalog."C",
    port integer NOT NULL,
    generation integer NOT NULL,
    silo_name text NOT NULL,
    host_name text NOT NULL,
    status integer NOT NULL,
    proxy_port integer NOT NULL,
    suspect_times text,
    start_time timestamp with time zone NOT NULL,
    i_am_alive_time timestamp with time zone NOT NULL
);


--
-- Name: cluster_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cluster_version (
    deployment_id text NOT NULL COLLATE pg_catalog."C",
    version integer DEFAULT 0 NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: grain_state; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.grain_state (
    service_id text NOT NULL COLLATE pg_catalog."C",
    grain_type text NOT NULL COLLATE pg_catalog."C",
    key_text text NOT NULL COLLATE pg_catalog."C",
    key_n0 bigint NOT NULL,
    key_n1 bigint NOT NULL,
    version integer NOT NULL,
    payload bytea,
    modified_at timestamp with time zone NOT NULL
);


--
-- Name: nodes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.nodes (
    node_id text NOT NULL COLLATE pg_catalog."C",
    epoch bigint NOT NULL,
    registration text NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    cordoned boolean DEFAULT false NOT NULL,
    drain_deadline timestamp with time zone
);


--
-- Name: orleansquery; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.orleansquery (
    querykey character varying(64) NOT NULL,
    querytext character varying(8000) NOT NULL
);


--
-- Name: schedulers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.schedulers (
    pool text NOT NULL COLLATE pg_catalog."C",
    epoch bigint NOT NULL
);


--
-- Name: schema_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.schema_version (
    version integer NOT NULL,
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: tasks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tasks (
    node_epoch bigint NOT NULL,
    memory_bytes bigint NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    completed_at timestamp with time zone,
    attempt integer NOT NULL,
    gpu_count integer NOT NULL,
    phase smallint NOT NULL,
    priority smallint NOT NULL,
    task_id text NOT NULL COLLATE pg_catalog."C",
    task_type text NOT NULL,
    node_id text,
    gpus integer[] NOT NULL,
    gpu_type text,
    requirements text,
    payload text,
    result text,
    error text,
    failures integer DEFAULT 0 NOT NULL,
    losses integer DEFAULT 0 NOT NULL,
    max_attempts integer DEFAULT 3 NOT NULL,
    not_before timestamp with time zone,
    request_hash text,
    memory_floor bigint DEFAULT 0 NOT NULL,
    controls text,
    webhook_due timestamp with time zone,
    webhook_attempts integer DEFAULT 0 NOT NULL,
    webhook_error text,
    pool text COLLATE pg_catalog."C",
    cost double precision DEFAULT 0 NOT NULL,
    per_hour double precision DEFAULT 0 NOT NULL,
    on_demand_per_hour double precision DEFAULT 0 NOT NULL,
    ran_seconds double precision DEFAULT 0 NOT NULL,
    tenure smallint DEFAULT 0 NOT NULL,
    CONSTRAINT tasks_ended_have_an_end CHECK (((phase >= 3) = (completed_at IS NOT NULL)))
)
WITH (fillfactor='70', autovacuum_vacuum_scale_factor='0.02', autovacuum_vacuum_threshold='1000', autovacuum_vacuum_insert_scale_factor='0.1', autovacuum_analyze_scale_factor='0.05', autovacuum_vacuum_cost_delay='0');


--
-- Data for Name: attempt_costs; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: grain_state; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.grain_state VALUES ('aurora', 'aurora.access/access', 'key:keys', 0, 0, 1, '\x7b224b657973223a5b7b224b65794964223a22653938646433303231336661222c224e616d65223a2273746f726564222c2253636f706573223a5b226f706572617465225d2c2253656372657448617368223a22534c78394c57566946504a517835374c766e6a736f5266304d55586a4d6479364b5754755830716f4947773d222c22437265617465644174223a22323032362d31312d32385431333a31333a34352e373537313837312b30303a3030222c2244656661756c745072696f72697479223a6e756c6c7d5d7d', '2026-11-28 13:13:45.829071+00');
INSERT INTO public.grain_state VALUES ('aurora', 'aurora.routes/routes', 'key:0', 0, 0, 1, '\x7b22526f75746573223a5b7b224e616d65223a2273746f7265642d726f757465222c2256617269616e7473223a5b7b224e616d65223a2261222c224d6f64656c223a226f6e65222c22576569676874223a312c224e6f64654c6162656c73223a6e756c6c7d2c7b224e616d65223a2262222c224d6f64656c223a2274776f222c22576569676874223a332c224e6f64654c6162656c73223a6e756c6c7d5d7d5d2c225365656e223a7b2273746f7265642d726f7574652f61223a7b2253696e6365223a22323032362d31312d32385431333a31333a34362e303239313837312b30303a3030222c225265717565737473223a302c224661696c75726573223a302c224c6174656e6379223a7b22436f756e74223a302c224d65616e223a302c2253717561726564446576696174696f6e73223a307d2c224669727374546f6b656e223a7b22436f756e74223a302c224d65616e223a302c2253717561726564446576696174696f6e73223a307d2c22546f6b656e7350657253223a7b22436f756e74223a302c224d65616e223a302c2253717561726564446576696174696f6e73223a307d2c22436f7374223a7b22436f756e74223a302c224d65616e223a302c2253717561726564446576696174696f6e73223a307d7d2c2273746f7265642d726f7574652f62223a7b2253696e6365223a22323032362d31312d32385431333a31333a34362e303239323335362b30303a3030222c225265717565737473223a302c224661696c75726573223a302c224c6174656e6379223a7b22436f756e74223a302c224d65616e223a302c2253717561726564446576696174696f6e73223a307d2c224669727374546f6b656e223a7b22436f756e74223a302c224d65616e223a302c2253717561726564446576696174696f6e73223a307d2c22546f6b656e7350657253223a7b22436f756e74223a302c224d65616e223a302c2253717561726564446576696174696f6e73223a307d2c22436f7374223a7b22436f756e74223a302c224d65616e223a302c2253717561726564446576696174696f6e73223a307d7d7d7d', '2026-11-28 13:13:46.093081+00');
INSERT INTO public.grain_state VALUES ('aurora', 'aurora.tenants/tenants', 'key:0', 0, 0, 1, '\x7b224772616e7473223a5b7b2254656e616e74223a226c6162222c22576569676874223a322c22477075734d6178223a382c225175657565644d6178223a6e756c6c7d5d7d', '2026-11-28 13:13:46.140446+00');


--
-- Data for Name: nodes; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.nodes VALUES ('stored-node', 1, '{"instance_id":"03067149fa614f9f890aa2f1df789ad4","gpus":[{"index":0,"type":"RTX 4090","memory_bytes":25769803776,"uuid":null}],"max_parallel":4,"task_types":["test"],"features":["attempts","acks","stop","heartbeat","output","preempt"],"running":[],"facts":"{\u0022os\u0022:\u0022Debian GNU/Linux 12 (bookworm)\u0022,\u0022arch\u0022:\u0022x64\u0022,\u0022agent_version\u0022:\u00220.1.0\u0022,\u0022cpu_cores\u0022:2,\u0022memory_bytes\u0022:25276510208,\u0022simulated\u0022:false,\u0022boot_id\u0022:\u0022762652c2-499a-4348-88c7-5964eac189df\u0022,\u0022labels\u0022:{\u0022os\u0022:\u0022linux\u0022,\u0022arch\u0022:\u0022x64\u0022},\u0022gpu_probe\u0022:\u0022stated\u0022,\u0022gpu_probe_notes\u0022:[],\u0022gpu_memory_reported_bytes\u0022:[25769803776],\u0022models_available\u0022:[],\u0022models_loaded\u0022:[],\u0022backends\u0022:[],\u0022gpu_count\u0022:1,\u0022gpu_type\u0022:\u0022RTX 4090\u0022,\u0022gpu_memory\u0022:24,\u0022gpus\u0022:[{\u0022type\u0022:\u0022RTX 4090\u0022,\u0022memory_gb\u0022:24,\u0022uuid\u0022:null}],\u0022max_parallel\u0022:4,\u0022task_types\u0022:[\u0022test\u0022],\u0022features\u0022:[\u0022attempts\u0022,\u0022acks\u0022,\u0022stop\u0022,\u0022heartbeat\u0022,\u0022output\u0022,\u0022preempt\u0022],\u0022instance_id\u0022:\u002203067149fa614f9f890aa2f1df789ad4\u0022,\u0022running\u0022:[],\u0022leaving\u0022:[]}","transport":"websocket","leaving":[]}', '2026-11-28 13:13:44.042014+00', false, NULL);


--
-- Data for Name: orleansquery; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.orleansquery VALUES ('ReadFromStorageKey', '
SELECT payload AS PayloadBinary, version AS Version
FROM grain_state
WHERE service_id = @ServiceId AND grain_type = @GrainTypeString AND key_text = coalesce(@GrainIdExtensionString, '''')
  AND key_n0 = @GrainIdN0 AND key_n1 = @GrainIdN1');
INSERT INTO public.orleansquery VALUES ('WriteToStorageKey', '
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
SELECT coalesce((SELECT version FROM created), (SELECT version FROM replaced), @GrainStateVersion::integer) AS NewGrainStateVersion');
INSERT INTO public.orleansquery VALUES ('ClearStorageKey', '
WITH cleared AS (
    UPDATE grain_state SET version = version + 1, payload = NULL, modified_at = now()
    WHERE service_id = @ServiceId AND grain_type = @GrainTypeString AND key_text = coalesce(@GrainIdExtensionString, '''')
      AND key_n0 = @GrainIdN0 AND key_n1 = @GrainIdN1 AND version = @GrainStateVersion::integer
    RETURNING version
)
SELECT coalesce((SELECT version FROM cleared), @GrainStateVersion::integer) AS NewGrainStateVersion');
INSERT INTO public.orleansquery VALUES ('DeleteStorageKey', '
WITH deleted AS (
    DELETE FROM grain_state
    WHERE service_id = @ServiceId AND grain_type = @GrainTypeString AND key_text = coalesce(@GrainIdExtensionString, '''')
      AND key_n0 = @GrainIdN0 AND key_n1 = @GrainIdN1 AND version = @GrainStateVersion::integer
    RETURNING version + 1 AS version
)
SELECT coalesce((SELECT version FROM deleted), @GrainStateVersion::integer) AS NewGrainStateVersion');
INSERT INTO public.orleansquery VALUES ('InsertMembershipVersionKey', '
WITH created AS (
    INSERT INTO cluster_version (deployment_id) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1
)
SELECT count(*)::integer FROM created');
INSERT INTO public.orleansquery VALUES ('InsertMembershipKey', '
WITH advanced AS (
    UPDATE cluster_version SET version = version + 1, changed_at = now()
    WHERE deployment_id = @DeploymentId AND version = @Version AND NOT EXISTS (
        SELECT 1 FROM cluster_members
        WHERE deployment_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
    RETURNING deployment_id
), joined AS (
    INSERT INTO cluster_members (
        deployment_id, address, port, generation, silo_name, host_name, status, proxy_port, start_time, i_am_alive_time)
    SELECT deployment_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
    FROM advanced
    RETURNING 1
)
SELECT count(*)::integer FROM joined');
INSERT INTO public.orleansquery VALUES ('UpdateMembershipKey', '
WITH advanced AS (
    UPDATE cluster_version SET version = version + 1, changed_at = now()
    WHERE deployment_id = @DeploymentId AND version = @Version AND EXISTS (
        SELECT 1 FROM cluster_members
        WHERE deployment_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
    RETURNING 1
), changed AS (
    UPDATE cluster_members SET status = @Status, suspect_times = @SuspectTimes, i_am_alive_time = @IAmAliveTime
    WHERE deployment_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
      AND EXISTS (SELECT 1 FROM advanced)
    RETURNING 1
)
SELECT count(*)::integer FROM changed');
INSERT INTO public.orleansquery VALUES ('UpdateIAmAlivetimeKey', '
UPDATE cluster_members SET i_am_alive_time = @IAmAliveTime
WHERE deployment_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation');
INSERT INTO public.orleansquery VALUES ('MembershipReadRowKey', '
SELECT v.deployment_id AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation,
    m.silo_name AS SiloName, m.host_name AS HostName, m.status AS Status, m.proxy_port AS ProxyPort,
    m.suspect_times AS SuspectTimes, m.start_time AS StartTime, m.i_am_alive_time AS IAmAliveTime, v.version AS Version
FROM cluster_version v
LEFT JOIN cluster_members m ON m.deployment_id = v.deployment_id
    AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
WHERE v.deployment_id = @DeploymentId');
INSERT INTO public.orleansquery VALUES ('MembershipReadAllKey', '
SELECT v.deployment_id AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation,
    m.silo_name AS SiloName, m.host_name AS HostName, m.status AS Status, m.proxy_port AS ProxyPort,
    m.suspect_times AS SuspectTimes, m.start_time AS StartTime, m.i_am_alive_time AS IAmAliveTime, v.version AS Version
FROM cluster_version v
LEFT JOIN cluster_members m ON m.deployment_id = v.deployment_id
WHERE v.deployment_id = @DeploymentId');
INSERT INTO public.orleansquery VALUES ('GatewaysQueryKey', '
SELECT address AS Address, proxy_port AS ProxyPort, generation AS Generation
FROM cluster_members
WHERE deployment_id = @DeploymentId AND status = @Status AND proxy_port > 0');
INSERT INTO public.orleansquery VALUES ('CleanupDefunctSiloEntriesKey', '
DELETE FROM cluster_members WHERE deployment_id = @DeploymentId AND i_am_alive_time < @IAmAliveTime AND status = 6');
INSERT INTO public.orleansquery VALUES ('DeleteMembershipTableEntriesKey', '
WITH members AS (DELETE FROM cluster_members WHERE deployment_id = @DeploymentId)
DELETE FROM cluster_version WHERE deployment_id = @DeploymentId');


--
-- Data for Name: schedulers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.schedulers VALUES ('default', 1);


--
-- Data for Name: schema_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.schema_version VALUES (1, '001-tasks.sql', '2026-11-28 13:13:38.252864+00');
INSERT INTO public.schema_version VALUES (2, '002-grain-state.sql', '2026-11-28 13:13:38.322729+00');
INSERT INTO public.schema_version VALUES (3, '003-cluster-membership.sql', '2026-11-28 13:13:38.396331+00');
INSERT INTO public.schema_version VALUES (4, '004-retries.sql', '2026-11-28 13:13:38.444582+00');
INSERT INTO public.schema_version VALUES (5, '005-controls.sql', '2026-11-28 13:13:38.474722+00');
INSERT INTO public.schema_version VALUES (6, '006-pools.sql', '2026-11-28 13:13:38.505888+00');
INSERT INTO public.schema_version VALUES (7, '007-costs.sql', '2026-11-28 13:13:38.515017+00');


--
-- Data for Name: tasks; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.tasks VALUES (1, 0, '2026-11-28 13:13:44.221133+00', '2026-11-28 13:13:44.695718+00', '2026-11-28 13:13:44.972094+00', 1, 0, 3, 5, 'task_01a2224a4c147000b9b02c0f09de50af', 'test', 'stored-node', '{}', NULL, '{}', '{"payload": {"note": "kept as it was sent"}}', '{"echo":{"note":"kept as it was sent"},"node":"stored-node","task_id":"task_01a2224a4c147000b9b02c0f09de50af","attempt":1,"gpus":[],"duration_ms":0.898}', NULL, 0, 0, 3, NULL, NULL, 0, '{"labels":{"kind":"stored"},"tenant":"lab"}', NULL, 0, NULL, NULL, 0, 0, 0, 0.276376, 0);
INSERT INTO public.tasks VALUES (1, 0, '2026-11-28 13:13:45.08236+00', '2026-11-28 13:13:45.146367+00', '2026-11-28 13:13:45.164198+00', 1, 0, 4, 5, 'task_01a2224a4f797000af77e8c16e64e3fb', 'test', 'stored-node', '{}', NULL, '{}', '{"fail": "on purpose"}', NULL, 'on purpose', 1, 0, 1, NULL, NULL, 0, NULL, NULL, 0, NULL, NULL, 0, 0, 0, 0.017831, 0);
INSERT INTO public.tasks VALUES (0, 42949672960, '2026-11-28 13:13:45.247829+00', NULL, '2026-11-28 13:13:45.39247+00', 0, 1, 5, 8, 'task_01a2224a501f700084c0bb60e83daf35', 'test', NULL, '{}', 'H100', '{"gpu_type": "H100", "gpu_count": 1, "memory_gb": 40}', '{}', NULL, 'cancelled on request', 0, 0, 3, NULL, NULL, 0, NULL, NULL, 0, NULL, NULL, 0, 0, 0, 0, 0);
INSERT INTO public.tasks VALUES (1, 0, '2026-11-28 13:13:45.469711+00', '2026-11-28 13:13:45.514685+00', '2026-11-28 13:13:45.539619+00', 1, 0, 3, 5, 'task_01a2224a50e670009de8c4ca0ba9586a-000000', 'test', 'stored-node', '{}', NULL, '{}', '{"payload": {"part": 0}}', '{"echo":{"part":0},"node":"stored-node","task_id":"task_01a2224a50e670009de8c4ca0ba9586a-000000","attempt":1,"gpus":[],"duration_ms":0.006}', NULL, 0, 0, 3, NULL, NULL, 0, NULL, NULL, 0, NULL, NULL, 0, 0, 0, 0.024934, 0);
INSERT INTO public.tasks VALUES (1, 0, '2026-11-28 13:13:45.469815+00', '2026-11-28 13:13:45.505708+00', '2026-11-28 13:13:45.598677+00', 1, 0, 3, 5, 'task_01a2224a50e670009de8c4ca0ba9586a-000001', 'test', 'stored-node', '{}', NULL, '{}', '{"payload": {"part": 1}}', '{"echo":{"part":1},"node":"stored-node","task_id":"task_01a2224a50e670009de8c4ca0ba9586a-000001","attempt":1,"gpus":[],"duration_ms":0.002}', NULL, 0, 0, 3, NULL, NULL, 0, NULL, NULL, 0, NULL, NULL, 0, 0, 0, 0.092969, 0);
INSERT INTO public.tasks VALUES (1, 0, '2026-11-28 13:13:45.469822+00', '2026-11-28 13:13:45.505773+00', '2026-11-28 13:13:45.598677+00', 1, 0, 3, 5, 'task_01a2224a50e670009de8c4ca0ba9586a-000002', 'test', 'stored-node', '{}', NULL, '{}', '{"payload": {"part": 2}}', '{"echo":{"part":2},"node":"stored-node","task_id":"task_01a2224a50e670009de8c4ca0ba9586a-000002","attempt":1,"gpus":[],"duration_ms":0.004}', NULL, 0, 0, 3, NULL, NULL, 0, NULL, NULL, 0, NULL, NULL, 0, 0, 0, 0.092904, 0);
INSERT INTO public.tasks VALUES (0, 42949672960, '2026-11-28 13:13:45.874199+00', NULL, NULL, 0, 1, 0, 8, 'task_5551efd93cf95bf86297b5f7b71efc75-000000', 'test', NULL, '{}', 'H100', '{"gpu_type": "H100", "gpu_count": 1, "memory_gb": 40}', '{}', NULL, NULL, 0, 0, 3, NULL, '5c124ae1fdecdbdb3f57e2d969d4509e', 0, '{"tenant":"stored"}', NULL, 0, NULL, NULL, 0, 0, 0, 0, 0);
INSERT INTO public.tasks VALUES (0, 0, '2026-11-28 13:13:45.914656+00', NULL, NULL, 0, 0, 0, 5, 'task_01a2224a52ba7000af09d7f4fd953db0', 'test', NULL, '{}', NULL, '{"gpu_count": 0}', '{}', NULL, NULL, 0, 0, 3, NULL, NULL, 0, '{"after":[{"task_id":"task_5551efd93cf95bf86297b5f7b71efc75-000000"}],"tenant":"stored"}', NULL, 0, NULL, NULL, 0, 0, 0, 0, 0);
INSERT INTO public.tasks VALUES (1, 4294967296, '2026-11-28 13:13:46.286508+00', '2026-11-28 13:13:46.320372+00', NULL, 1, 1, 2, 5, 'task_01a2224a542d7000b0dbff5ccf920c25', 'test', 'stored-node', '{0}', NULL, '{"gpu_count": 1, "memory_gb": 4}', '{"payload": {"sleep_ms": 3600000}}', NULL, NULL, 0, 0, 3, NULL, NULL, 0, '{"tenant":"stored"}', NULL, 0, NULL, NULL, 0, 0, 0, 0, 0);


--
-- Name: attempt_costs attempt_costs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attempt_costs
    ADD CONSTRAINT attempt_costs_pkey PRIMARY KEY (task_id, attempt);


--
-- Name: cluster_members cluster_members_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cluster_members
    ADD CONSTRAINT cluster_members_pkey PRIMARY KEY (deployment_id, address, port, generation);


--
-- Name: cluster_version cluster_version_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cluster_version
    ADD CONSTRAINT cluster_version_pkey PRIMARY KEY (deployment_id);


--
-- Name: grain_state grain_state_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.grain_state
    ADD CONSTRAINT grain_state_pkey PRIMARY KEY (service_id, grain_type, key_text, key_n0, key_n1);


--
-- Name: nodes nodes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.nodes
    ADD CONSTRAINT nodes_pkey PRIMARY KEY (node_id);


--
-- Name: orleansquery orleansquery_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.orleansquery
    ADD CONSTRAINT orleansquery_pkey PRIMARY KEY (querykey);


--
-- Name: schedulers schedulers_epoch_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schedulers
    ADD CONSTRAINT schedulers_epoch_key UNIQUE (epoch);


--
-- Name: schedulers schedulers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schedulers
    ADD CONSTRAINT schedulers_pkey PRIMARY KEY (pool);


--
-- Name: schema_version schema_version_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schema_version
    ADD CONSTRAINT schema_version_pkey PRIMARY KEY (version);


--
-- Name: tasks tasks_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_pkey PRIMARY KEY (task_id);


--
-- Name: attempt_costs_ended; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX attempt_costs_ended ON public.attempt_costs USING btree (ended_at);


--
-- Name: tasks_active; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tasks_active ON public.tasks USING btree (task_id) WHERE (completed_at IS NULL);


--
-- Name: tasks_controls; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tasks_controls ON public.tasks USING gin (((controls)::jsonb) jsonb_path_ops) WHERE (controls IS NOT NULL);


--
-- Name: tasks_ended; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tasks_ended ON public.tasks USING btree (completed_at, task_id) WHERE (completed_at IS NOT NULL);


--
-- Name: tasks_ended_badly; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tasks_ended_badly ON public.tasks USING btree (completed_at, task_id) WHERE ((completed_at IS NOT NULL) AND (error IS NOT NULL));


--
-- Name: tasks_webhooks_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX tasks_webhooks_due ON public.tasks USING btree (webhook_due) WHERE ((webhook_due IS NOT NULL) AND (completed_at IS NOT NULL));


--
-- Name: cluster_members cluster_members_deployment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cluster_members
    ADD CONSTRAINT cluster_members_deployment_id_fkey FOREIGN KEY (deployment_id) REFERENCES public.cluster_version(deployment_id);


--
-- PostgreSQL database dump complete
--



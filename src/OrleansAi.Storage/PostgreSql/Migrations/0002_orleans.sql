-- What Orleans' ADO.NET providers need. Orleans reads its queries from the table OrleansQuery by key and binds parameters
-- by name; the tables behind them are ours.
-- https://learn.microsoft.com/dotnet/orleans/host/configuration-guide/adonet-configuration
create table OrleansQuery (
  QueryKey varchar(64) primary key,
  QueryText varchar(8000) not null
);

-- Grain storage. The primary key makes two first writers of one grain meet; the stock script lets both succeed.
create table orleans_grain_states (
  id_hash integer not null,
  type_hash integer not null,
  id_n0 bigint not null,
  id_n1 bigint not null,
  type_name text collate "C" not null,
  id_extension text collate "C" not null,
  service_id text collate "C" not null,
  payload bytea,
  modified_at timestamptz not null,
  version integer not null,
  primary key (id_hash, type_hash, id_n0, id_n1, type_name, id_extension, service_id)
);

insert into OrleansQuery (QueryKey, QueryText) values
('WriteToStorageKey', '
  with updated as (
    update orleans_grain_states
       set payload = @PayloadBinary::bytea, modified_at = now(), version = version + 1
     where id_hash = @GrainIdHash and type_hash = @GrainTypeHash and id_n0 = @GrainIdN0 and id_n1 = @GrainIdN1
       and type_name = @GrainTypeString and id_extension = coalesce(@GrainIdExtensionString::text, '''')
       and service_id = @ServiceId and version = @GrainStateVersion::integer
    returning version
  ), inserted as (
    insert into orleans_grain_states
    select @GrainIdHash, @GrainTypeHash, @GrainIdN0, @GrainIdN1, @GrainTypeString,
           coalesce(@GrainIdExtensionString::text, ''''), @ServiceId, @PayloadBinary::bytea, now(), 1
     where @GrainStateVersion::integer is null
    on conflict do nothing
    returning version
  )
  select coalesce((select version from updated), (select version from inserted), @GrainStateVersion::integer)
    as NewGrainStateVersion'),
('ReadFromStorageKey', '
  select payload as PayloadBinary, modified_at as ModifiedOn, version as Version
    from orleans_grain_states
   where id_hash = @GrainIdHash and type_hash = @GrainTypeHash and id_n0 = @GrainIdN0 and id_n1 = @GrainIdN1
     and type_name = @GrainTypeString and id_extension = coalesce(@GrainIdExtensionString::text, '''')
     and service_id = @ServiceId'),
('ClearStorageKey', '
  update orleans_grain_states set payload = null, modified_at = now(), version = version + 1
   where id_hash = @GrainIdHash and type_hash = @GrainTypeHash and id_n0 = @GrainIdN0 and id_n1 = @GrainIdN1
     and type_name = @GrainTypeString and id_extension = coalesce(@GrainIdExtensionString::text, '''')
     and service_id = @ServiceId and version = @GrainStateVersion::integer
  returning version as NewGrainStateVersion'),
('DeleteStorageKey', '
  delete from orleans_grain_states
   where id_hash = @GrainIdHash and type_hash = @GrainTypeHash and id_n0 = @GrainIdN0 and id_n1 = @GrainIdN1
     and type_name = @GrainTypeString and id_extension = coalesce(@GrainIdExtensionString::text, '''')
     and service_id = @ServiceId and version = @GrainStateVersion::integer
  returning version + 1 as NewGrainStateVersion');

-- Cluster membership. Every change carries the version of the whole table that it was decided on.
create table orleans_clusters (
  deployment_id text collate "C" primary key,
  changed_at timestamptz not null default now(),
  version integer not null default 0
);

create table orleans_silos (
  deployment_id text collate "C" not null references orleans_clusters,
  address text collate "C" not null,
  port integer not null,
  generation integer not null,
  silo_name text not null,
  host_name text not null,
  status integer not null,
  proxy_port integer,
  suspect_times text,
  start_time timestamptz not null,
  alive_at timestamptz not null,
  primary key (deployment_id, address, port, generation)
);

insert into OrleansQuery (QueryKey, QueryText) values
('InsertMembershipVersionKey', '
  with added as (
    insert into orleans_clusters (deployment_id) values (@DeploymentId) on conflict do nothing returning 1
  )
  select count(*)::integer from added'),
('InsertMembershipKey', '
  with moved as (
    update orleans_clusters set changed_at = now(), version = version + 1
     where deployment_id = @DeploymentId and version = @Version
       and not exists (select from orleans_silos where deployment_id = @DeploymentId and address = @Address
                          and port = @Port and generation = @Generation)
    returning 1
  ), added as (
    insert into orleans_silos
      (deployment_id, address, port, generation, silo_name, host_name, status, proxy_port, start_time, alive_at)
    select @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort,
           @StartTime, @IAmAliveTime
      from moved
    on conflict do nothing
    returning 1
  )
  select count(*)::integer from added'),
('UpdateMembershipKey', '
  with moved as (
    update orleans_clusters set changed_at = now(), version = version + 1
     where deployment_id = @DeploymentId and version = @Version
    returning 1
  ), changed as (
    update orleans_silos
       set status = @Status, suspect_times = @SuspectTimes::text, alive_at = @IAmAliveTime
      from moved
     where deployment_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation
    returning 1
  )
  select count(*)::integer from changed'),
('UpdateIAmAlivetimeKey', '
  update orleans_silos set alive_at = @IAmAliveTime
   where deployment_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation'),
('MembershipReadRowKey', '
  select c.deployment_id as DeploymentId, s.address as Address, s.port as Port, s.generation as Generation,
         s.silo_name as SiloName, s.host_name as HostName, s.status as Status, s.proxy_port as ProxyPort,
         s.suspect_times as SuspectTimes, s.start_time as StartTime, s.alive_at as IAmAliveTime, c.version as Version
    from orleans_clusters c
    left join orleans_silos s on s.deployment_id = c.deployment_id
         and s.address = @Address and s.port = @Port and s.generation = @Generation
   where c.deployment_id = @DeploymentId'),
('MembershipReadAllKey', '
  select c.deployment_id as DeploymentId, s.address as Address, s.port as Port, s.generation as Generation,
         s.silo_name as SiloName, s.host_name as HostName, s.status as Status, s.proxy_port as ProxyPort,
         s.suspect_times as SuspectTimes, s.start_time as StartTime, s.alive_at as IAmAliveTime, c.version as Version
    from orleans_clusters c
    left join orleans_silos s on s.deployment_id = c.deployment_id
   where c.deployment_id = @DeploymentId'),
('DeleteMembershipTableEntriesKey', '
  delete from orleans_silos where deployment_id = @DeploymentId;
  delete from orleans_clusters where deployment_id = @DeploymentId'),
-- 3 is Active: a silo that is not and has been silent since then is history.
('CleanupDefunctSiloEntriesKey', '
  delete from orleans_silos
   where deployment_id = @DeploymentId and alive_at < @IAmAliveTime and status <> 3'),
('GatewaysQueryKey', '
  select address as Address, proxy_port as ProxyPort, generation as Generation
    from orleans_silos
   where deployment_id = @DeploymentId and status = @Status and proxy_port > 0');

namespace PortalIntegration.UnitTests.Sync.Storage;

public sealed class PostgresWorkStoreTests(PostgresFixture postgres) : WorkStoreContract(new PostgresGround(postgres));

namespace Gantry.Server.Tests.Access.Matrix;

public sealed class AccessMatrixOnPostgresTests(MatrixOnPostgres fixture) : AccessMatrixTests(fixture), IClassFixture<MatrixOnPostgres>;

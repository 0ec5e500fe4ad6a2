namespace Gantry.Server.Tests.Access.Matrix;

public sealed class AccessMatrixOnSqliteTests(MatrixOnSqlite fixture) : AccessMatrixTests(fixture), IClassFixture<MatrixOnSqlite>;

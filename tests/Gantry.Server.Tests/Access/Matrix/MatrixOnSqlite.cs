namespace Gantry.Server.Tests.Access.Matrix;

public sealed class MatrixOnSqlite() : MatrixFixture(onPostgres: false);

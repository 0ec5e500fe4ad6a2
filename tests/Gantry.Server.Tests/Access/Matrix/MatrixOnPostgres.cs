namespace Gantry.Server.Tests.Access.Matrix;

public sealed class MatrixOnPostgres() : MatrixFixture(onPostgres: true);
